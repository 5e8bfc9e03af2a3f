/**
 * {@code dyskctl}: page blobs as block devices, by hand.
 *
 * <p>One class per command. What all of them need is in a few values: {@link io.dysk.ctl.Surroundings} (this machine, or
 * what a test puts in its place), {@code AccountOptions} (which account, and what opens it), {@code Targets} (which
 * device). Commands throw; {@code Failure} alone turns exceptions into messages and exit codes.
 *
 * <p>Commands that need no blob access never load a class of the Azure SDK. No option takes a secret, and all output goes
 * through {@code Redaction}.
 */
package io.dysk.ctl;
