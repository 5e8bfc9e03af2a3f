/** Lists of what is in the driver's accounts, a part at a time. */
package io.dysk.controller.list;
