/** The module's image on a node: it brings the module into a real kernel, and says what to do where it can't. */
package io.dysk.kernelsuite.image;
