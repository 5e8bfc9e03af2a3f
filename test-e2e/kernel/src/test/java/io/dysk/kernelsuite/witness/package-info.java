/**
 * Load that remembers what it was told, and a ledger that compares it with what the service applied. The program is
 * {@code tool/witness}; it runs in a guest ({@link io.dysk.kernelsuite.witness.Witness}), says each acknowledged change
 * at once and finds by itself what it reads wrongly. The host's {@link io.dysk.kernelsuite.witness.Ledger} hears that, sees each
 * change as the service applies it, and so finds writes that were acknowledged falsely, landed late or got lost.
 */
package io.dysk.kernelsuite.witness;
