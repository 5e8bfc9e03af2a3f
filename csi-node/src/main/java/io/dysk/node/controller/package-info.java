/** The way to the controller, for nodes that have no credentials of their own or take the leases of their volumes themselves. */
package io.dysk.node.controller;
