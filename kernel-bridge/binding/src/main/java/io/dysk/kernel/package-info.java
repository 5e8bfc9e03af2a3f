/**
 * The Linux kernel as this project uses it: the control device of the dysk module, mounts, the mount table and block
 * devices.
 *
 * <p>Three layers: typed facades ({@link io.dysk.kernel.DyskControl}, {@link io.dysk.kernel.Mounts},
 * {@link io.dysk.kernel.BlockDevice}) speak in records and enums; {@code LibC} is the same thing shaped like C; one
 * class, {@code JnrLibC}, provides it through JNR-FFI. The layouts of the module's structures are tested against the C
 * compiler, with {@code kernel-bridge/module/uapi/dysk.h} as the one truth.
 *
 * <p>All types are safe for use by many threads unless they say otherwise. Calls into the kernel block their thread; on a
 * virtual thread they pin its carrier, so run them on platform threads.
 */
package io.dysk.kernel;
