package io.dysk.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that {@code test-e2e/setup} made for one kernel.
 *
 * @param kernel the unpacked kernel
 * @param initramfs what it starts from
 * @param root the root file system, shared by all machines and never written to
 * @param layer the file system with the kernel's modules, never written to
 * @param release the kernel's full name, as {@code uname -r} has it
 * @param modules the directory whose {@code lib/modules} has the kernel's modules
 */
record GuestImage(Path kernel, Path initramfs, Path root, Path layer, String release, Path modules) {

    static GuestImage of(String kernel) {
        // The link is followed once, so that a new image does not come under a machine.
        Path link = Workspace.cache().resolve("guest").resolve(kernel);
        try {
            Path image = link.toRealPath();
            return new GuestImage(image.resolve("vmlinux"), image.resolve("initramfs"),
                    image.resolve("root.img").toRealPath(), image.resolve("modules.img"),
                    Files.readString(image.resolve("release")).strip(), Workspace.cache().resolve("kernels").resolve(kernel));
        } catch (IOException e) {
            throw new VmException("there is no guest image for kernel " + kernel + " at " + link
                    + ": run test-e2e/setup --kernels " + kernel, e);
        }
    }
}
