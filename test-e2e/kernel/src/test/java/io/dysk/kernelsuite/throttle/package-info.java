/** Services that refuse what is too much for them. */
package io.dysk.kernelsuite.throttle;
