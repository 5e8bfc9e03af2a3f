package io.dysk.ctl;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.KernelException;
import io.dysk.kernel.ModuleVersion;
import io.dysk.kernel.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The doctor's checks of this machine: kernel, module, devices. */
final class MachineChecks {

    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int OLDEST_MAJOR = 5;
    private static final int OLDEST_MINOR = 10;

    private final Surroundings surroundings;

    MachineChecks(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(kernel());
        try {
            ModuleVersion version = surroundings.dysk().version();
            List<DeviceInfo> devices = surroundings.dysk().list();
            findings.add(Finding.ok("module", "version " + version.module() + ", ABI " + version.abiMajor() + "."
                    + version.abiMinor() + (version.ipv6() ? "" : ", without IPv6")));
            devices.forEach(device -> findings.add(device(device)));
        } catch (KernelException e) {
            findings.add(Finding.problem("module", e.errno().symbol(), e.getMessage()));
        }
        if (!surroundings.machine().runsUdev()) {
            findings.add(Finding.warning("udev", "not running: there are no links in /dev/disk/by-id",
                    "Use /dev/dyskN, or run udev."));
        }
        return findings;
    }

    private Finding kernel() {
        String release = surroundings.machine().kernelRelease();
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return Finding.warning("kernel", release, "This isn't a release that dysk knows.");
        }
        int major = Integer.parseInt(matcher.group(1));
        int minor = Integer.parseInt(matcher.group(2));
        boolean old = major < OLDEST_MAJOR || major == OLDEST_MAJOR && minor < OLDEST_MINOR;
        return old
                ? Finding.problem("kernel", release, "The module needs Linux 5.10 or later: upgrade the kernel.")
                : Finding.ok("kernel", release);
    }

    private static Finding device(DeviceInfo device) {
        String check = device.device().getFileName().toString();
        String state = DeviceView.state(device.health());
        DeviceState present = device.health().state();
        if (present == DeviceState.DEAD) {
            return Finding.problem(check, state, device.health().advice());
        }
        return device.health().reason() == Reason.NONE
                ? Finding.ok(check, state)
                : Finding.warning(check, state, device.health().advice());
    }
}
