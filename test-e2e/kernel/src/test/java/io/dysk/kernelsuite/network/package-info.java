/** What lies between a node and its endpoint breaks: cut, lossy, slow, reset, moved. Nothing is lost, and I/O goes on. */
package io.dysk.kernelsuite.network;
