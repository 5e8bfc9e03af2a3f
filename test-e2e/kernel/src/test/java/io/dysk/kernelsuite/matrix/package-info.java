/** Every fault that the endpoint can make, alone against each kind of request, and many of them at once. */
package io.dysk.kernelsuite.matrix;
