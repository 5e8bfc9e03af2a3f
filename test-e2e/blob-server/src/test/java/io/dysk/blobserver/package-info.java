/** The protocol as seen over raw HTTP, on this server and on Azurite; faults; durability; load. */
package io.dysk.blobserver;
