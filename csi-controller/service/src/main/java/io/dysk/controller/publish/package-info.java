/** Which node a volume is placed on: leases, lists of readers, and the fence against nodes that were given up. */
package io.dysk.controller.publish;
