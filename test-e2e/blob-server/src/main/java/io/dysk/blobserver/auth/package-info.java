/** Who may do what: SharedKey, service SAS and account SAS. No key or signature ever leaves this package as text. */
package io.dysk.blobserver.auth;
