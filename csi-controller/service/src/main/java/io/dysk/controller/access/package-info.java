/** Rights for nodes that have no credentials of their own. */
package io.dysk.controller.access;
