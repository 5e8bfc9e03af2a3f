/** Storage accounts: which there are, what opens them, how much is left. */
package io.dysk.controller.account;
