/** Callers of {@code /dev/dysk} that mean no good: nothing they say crashes the kernel, or harms what others attached. */
package io.dysk.kernelsuite.hostile;
