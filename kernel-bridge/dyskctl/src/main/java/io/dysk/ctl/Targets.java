package io.dysk.ctl;

import io.dysk.blob.BlobUrl;
import io.dysk.kernel.BlobLocation;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.ModuleException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds attached devices by what the user calls them. */
final class Targets {

    static final String HELP = "A device (/dev/dysk0, dysk0, 0, or a link to it) or its blob (CONTAINER/BLOB,"
            + " ACCOUNT/CONTAINER/BLOB, or the URL).";

    private static final Pattern DEVICE = Pattern.compile("(?:/dev/)?dysk(\\d{1,7})(?:p\\d+)?|(\\d{1,7})");

    private final Surroundings surroundings;

    Targets(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The device; fails if there is none. */
    DeviceInfo find(String target) {
        return attached(target).orElseThrow(() ->
                new CtlException(ExitCode.NOT_FOUND, target + " is not attached here: 'dyskctl list' shows what is"));
    }

    /** The device that a blob is attached as, or empty. A target that names a device must be there. */
    Optional<DeviceInfo> attached(String target) {
        Matcher device = DEVICE.matcher(target);
        if (device.matches()) {
            return Optional.of(byIndex(device.group(1) != null ? device.group(1) : device.group(2)));
        }
        if (target.startsWith("/")) {
            Matcher resolved = DEVICE.matcher(surroundings.machine().resolveLink(Path.of(target)).toString());
            if (!resolved.matches() || resolved.group(1) == null) {
                throw new CtlException(ExitCode.NOT_FOUND, target + " is not a dysk device: 'dyskctl list' shows them");
            }
            return Optional.of(byIndex(resolved.group(1)));
        }
        return byBlob(target, surroundings.dysk().list());
    }

    /** As {@link #attached}, but on a machine without the module no blob is attached. */
    Optional<DeviceInfo> attachedIfModule(String target) {
        return namesDevice(target) ? attached(target) : byBlob(target, devicesIfModule());
    }

    /** All devices; none on a machine without the module. */
    List<DeviceInfo> devicesIfModule() {
        try {
            return surroundings.dysk().list();
        } catch (ModuleException e) {
            if (e.notLoaded()) {
                return List.of();
            }
            throw e;
        }
    }

    /** Whether the target names a device rather than a blob. */
    private static boolean namesDevice(String target) {
        return target.startsWith("/") || DEVICE.matcher(target).matches();
    }

    private DeviceInfo byIndex(String index) {
        return surroundings.dysk().get(Integer.parseInt(index));
    }

    private static Optional<DeviceInfo> byBlob(String target, List<DeviceInfo> devices) {
        List<DeviceInfo> found = devices.stream()
                .filter(device -> matches(target, device.blob()))
                .toList();
        if (found.size() > 1) {
            throw CtlException.usage(target + " is attached " + found.size() + " times ("
                    + String.join(", ", found.stream().map(d -> d.device().toString()).toList())
                    + "): name the device instead");
        }
        return found.stream().findFirst();
    }

    private static boolean matches(String target, BlobLocation blob) {
        if (target.contains("://")) {
            BlobUrl url = BlobUrl.parse(target);
            return url.endpoint().account().value().equals(blob.account())
                    && url.address().container().value().equals(blob.container())
                    && url.address().blob().value().equals(blob.blob())
                    && url.snapshot().map(Object::toString).equals(blob.snapshot());
        }
        String inAccount = blob.container() + "/" + blob.blob();
        return target.equals(inAccount) || target.equals(blob.account() + "/" + inAccount)
                || target.equals(blob.toString());
    }
}
