/** Mains that tests put in place of the programs' own. They also run in guests, so nothing here knows the rest of the suite. */
package io.dysk.csisuite.guest;
