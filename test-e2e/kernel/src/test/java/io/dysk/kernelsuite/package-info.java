/**
 * What the kernel module promises, shown on real kernels: each class is one subject, each test one sentence. Tests run in
 * virtual machines ({@link io.dysk.kernelsuite.Node}) against a blob server in the test's own process
 * ({@link io.dysk.kernelsuite.Endpoint}).
 */
package io.dysk.kernelsuite;
