/** What a blob or an account is allowed: requests and bytes a second, and how long an answer takes. */
package io.dysk.blobserver.limit;
