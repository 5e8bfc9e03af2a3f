/** What the driver does when the service, the path to it or its owner go wrong. */
package io.dysk.kernelsuite.faults;
