/** Block devices of volumes: found, adopted, attached, detached. What is attached is known by the module alone; nothing is kept here. */
package io.dysk.node.attach;
