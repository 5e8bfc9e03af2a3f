package io.dysk.node.publish;

import io.dysk.rpc.call.RpcFailure;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory or file that a volume is mounted on at its target path. Ours: made and removed here. */
final class Target {
    private Target() {}

    /**
     * Makes it.
     *
     * @return false if it was there
     */
    static boolean create(Path path, boolean directory) {
        try {
            if (directory) {
                Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
            } else {
                Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) != directory) {
                throw RpcFailure.failedPrecondition("the target path " + path + " is there already and is " + (directory ? "not " : "") + "a directory: remove it");
            }
            return false;
        } catch (NoSuchFileException e) {
            throw RpcFailure.failedPrecondition("there is no directory " + path.getParent() + " for the target path: the caller has to make it");
        } catch (IOException e) {
            throw RpcFailure.internal("the target path " + path + " can't be made: " + e.getMessage());
        }
    }

    /**
     * Removes it, and nothing in it.
     *
     * @return false if it wasn't there
     */
    static boolean remove(Path path) {
        try {
            return Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            throw RpcFailure.failedPrecondition("there are files in the target path " + path + ", and no volume is mounted on it; they are left there."
                    + " Move them away and try again");
        } catch (IOException e) {
            throw RpcFailure.internal("the target path " + path + " can't be removed: " + e.getMessage());
        }
    }
}
