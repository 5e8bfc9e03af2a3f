/** What a call says about a volume: its use and its parameters, checked. */
package io.dysk.node.volume;
