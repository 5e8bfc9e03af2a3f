/** Everything that ends a device ends in time, whatever its endpoint does; and one that hangs holds up no other. */
package io.dysk.kernelsuite.hangs;
