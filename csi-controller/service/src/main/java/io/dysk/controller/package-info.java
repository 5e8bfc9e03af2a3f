/** The CSI controller. */
package io.dysk.controller;
