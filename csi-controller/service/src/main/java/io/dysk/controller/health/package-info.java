/** What is wrong with volumes, as far as the storage service can tell. */
package io.dysk.controller.health;
