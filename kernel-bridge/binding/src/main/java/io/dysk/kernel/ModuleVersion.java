package io.dysk.kernel;

/**
 * What the loaded module is.
 *
 * @param abiMajor changes when callers break
 * @param abiMinor changes when something is added
 * @param ipv6 endpoints may be reached over IPv6
 * @param module the module's own version
 */
public record ModuleVersion(int abiMajor, int abiMinor, boolean ipv6, String module) {}
