/** Snapshots of volumes: made, deleted, listed, and which of their blocks hold data or differ. */
package io.dysk.controller.snapshot;
