/** Volumes: made, found, changed, deleted. */
package io.dysk.controller.volume;
