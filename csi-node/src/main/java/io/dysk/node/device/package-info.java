/** The devices of volumes that are attached to this machine, as the module and the mount table know them. Nothing is kept here. */
package io.dysk.node.device;
