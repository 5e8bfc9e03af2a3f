/** A machine without memory, that gets some by writing to devices of ours. */
package io.dysk.kernelsuite.pressure;
