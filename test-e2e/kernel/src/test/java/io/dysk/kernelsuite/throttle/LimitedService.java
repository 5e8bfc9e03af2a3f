package io.dysk.kernelsuite.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.limit.Limit;
import io.dysk.kernelsuite.FioResult;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Command;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The page server of the benchmarks in a guest, with limits, and a load on a device of it there. All times are the guest's. Not thread-safe.
 */
final class LimitedService {
    /**
     * Arguments: seconds before measuring, seconds to measure, fio's options, then limits, one argument for each that is to be in force for so
     * long. Prints the server's counts at the beginning and the end of each measure, and the device's at the end; fio's are in a file.
     */
    private static final String SCRIPT = """
            set -eu
            before=$1 measured=$2 load=$3
            shift 3
            size=67108864
            modprobe dysk
            coproc SERVER { exec pageserver port=10000 size=$size; }
            read -r _ <&${SERVER[0]}
            dysktool attach addr=127.0.0.1 port=10000 host=127.0.0.1:10000 account=account container=container blob=blob path=1 \\
            	lease=11111111-2222-3333-4444-000000000001 sas=sig=none conns=16 > /tmp/attached
            device=$(sed 's/.*index=\\([0-9]*\\).*/\\1/' /tmp/attached)
            udevadm settle
            load="fio --name=load --filename=/dev/dysk$device --size=$size --direct=1 --ioengine=libaio --norandommap --randrepeat=1 \\
            	--group_reporting --output-format=json --output=/tmp/fio.json $load"
            # From here on nothing waits for the machine's own disk, whose time is the host's.
            $load --io_size=1m
            usage() {
            	echo usage >&${SERVER[1]}
            	read -r line <&${SERVER[0]}
            	echo "$line"
            }

            $load --time_based --runtime=$(($# * (before + measured) + 1)) &
            fio=$!
            for limits; do
            	echo "$limits" >&${SERVER[1]}
            	sleep $before
            	usage
            	sleep $measured
            	usage
            done
            wait $fio
            dysktool get $device
            dysktool stats $device
            dysktool detach $device > /dev/null
            kill $SERVER_PID
            """;

    private final VirtualMachine vm;

    /** What the service let through in a time, and the part of all requests that it refused. */
    record Steady(double requestsPerSecond, double bytesPerSecond, double refusedShare) {
        static Steady between(Values begin, Values end) {
            double seconds = (end.number("ns") - begin.number("ns")) / 1e9;
            double allowed = end.number("allowed") - begin.number("allowed");
            double refused = end.number("refused") - begin.number("refused");
            return new Steady(allowed / seconds, (end.number("bytes") - begin.number("bytes")) / seconds, refused / Math.max(1, allowed + refused));
        }
    }

    /**
     * A run.
     *
     * @param steady a measure for each limit
     * @param load what fio saw, from the first request on
     * @param device as "get" shows it at the end
     * @param counters of the device
     */
    record Run(List<Steady> steady, FioResult load, Values device, Values counters) {
        void assertWell() {
            assertThat(load.error()).as("fio's error").isZero();
            assertThat(device.state()).isEqualTo(State.LIVE);
            assertThat(counters.number("fences")).as("what is refused is not applied: nothing to settle").isZero();
            assertThat(counters.number("timeouts")).as("requests that ran into their time limit").isZero();
        }
    }

    LimitedService(VirtualMachine vm) {
        this.vm = vm;
        for (String program : List.of("dysktool", "pageserver")) {
            vm.put(Tools.program(program), "/usr/bin/" + program);
        }
        vm.put(SCRIPT.getBytes(StandardCharsets.UTF_8), "/root/limited-service", 0755);
    }

    /**
     * Loads a new device.
     *
     * @param load options of fio
     * @param before from where a limit comes into force to the measure
     * @param measured how long a measure is
     * @param limits that are in force one after another
     */
    Run run(String load, Duration before, Duration measured, List<Limit> limits) {
        StringBuilder line = new StringBuilder("bash /root/limited-service " + before.toSeconds() + " " + measured.toSeconds() + " '" + load + "'");
        limits.forEach(limit -> line.append(" '").append(words(limit)).append('\''));
        Duration virtual = before.plus(measured).multipliedBy(limits.size());
        // A host that is busy takes a minute for a second of a loaded guest.
        List<Values> said = vm.output(Command.of(line.toString()).within(virtual.multipliedBy(60).plusMinutes(5))).lines().map(Values::parse).toList();
        List<Steady> steady = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            steady.add(Steady.between(said.get(2 * i), said.get(2 * i + 1)));
        }
        return new Run(List.copyOf(steady), FioResult.parse(vm.output("cat /tmp/fio.json")), said.get(said.size() - 2), said.getLast());
    }

    private static String words(Limit limit) {
        return String.format(Locale.ROOT, "requests-per-second=%.0f bytes-per-second=%.0f burst-ms=%d latency-us=%d",
                limit.requestsPerSecond(), limit.bytesPerSecond(), limit.burstMilliseconds(), limit.latencyMicroseconds());
    }
}
