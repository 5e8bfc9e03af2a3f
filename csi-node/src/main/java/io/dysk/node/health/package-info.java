/** How volumes are, from the state that the module has their devices in: without touching the devices. */
package io.dysk.node.health;
