/**
 * Tests of the two CSI programs as Kubernetes uses them: through gRPC alone, with the real kernel module and a storage service that goes
 * wrong on order.
 */
package io.dysk.csisuite;
