/** The points of the node's calls at which the machine has just changed. */
package io.dysk.node.step;
