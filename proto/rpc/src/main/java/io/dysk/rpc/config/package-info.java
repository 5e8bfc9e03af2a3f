/** What a CSI program is told at its start: options, and the folder of account files. */
package io.dysk.rpc.config;
