/** Where credentials for a volume's blob come from, and their renewal on attached devices. */
package io.dysk.node.credential;
