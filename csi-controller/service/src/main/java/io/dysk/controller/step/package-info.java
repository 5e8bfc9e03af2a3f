/** The points between which a call of the controller may be cut off. */
package io.dysk.controller.step;
