/** The CSI node plugin: its program and its Node service. Each flow of work has a package of its own. */
package io.dysk.node;
