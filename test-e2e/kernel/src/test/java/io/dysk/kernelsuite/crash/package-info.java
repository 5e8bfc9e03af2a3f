/** Machines and services that end at once, in the middle of writes: what was acknowledged is there, and nothing comes after. */
package io.dysk.kernelsuite.crash;
