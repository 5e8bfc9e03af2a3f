/** Requests that were given up and turn up later: none of them may change anything that was written since. */
package io.dysk.kernelsuite.ghosts;
