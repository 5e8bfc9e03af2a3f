/** Who the plugin is and whether it is ready. */
package io.dysk.rpc.identity;
