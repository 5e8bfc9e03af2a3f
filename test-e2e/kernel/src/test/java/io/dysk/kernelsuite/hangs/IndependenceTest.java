package io.dysk.kernelsuite.hangs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import io.dysk.vm.Acceleration;
import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.Machine;
import io.dysk.vm.NeedsFastKernel;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Devices don't share fate: one of 64, whose endpoint has stopped and whose queue is full, leaves the others their rate. All is in one machine
 * that counts instructions instead of time, each device with a server process of its own there, so that the rates are what the processor's work
 * allows and repeat whatever else the host does.
 */
@KernelTest
@Tag("hangs")
@NeedsFastKernel("it compares rates")
class IndependenceTest {
    private static final double SHARE = 0.9;

    /**
     * Arguments: milliseconds of a round, rounds. Prints {@code well=N} and {@code beside=N}, requests in a round without and with the stuck one,
     * and what waits on that one; at the end its counters. Its requests run into their time limit again and again meanwhile.
     */
    private static final String SCRIPT = """
            set -eu
            last=63
            file() { echo /dev/dysk$1; }
            udevadm control --exit
            modprobe dysk

            for i in $(seq 0 $last); do
            	pageserver port=$((10000 + i)) size=2097152 > /tmp/server$i &
            	server=$!
            done
            until [ $(cat /tmp/server* | grep -c ready) -gt $last ]; do sleep 0.1; done
            for i in $(seq 0 $last); do
            	dysktool attach addr=127.0.0.1 port=$((10000 + i)) host=127.0.0.1:$((10000 + i)) account=account \\
            		container=container blob=blob path=1 lease=11111111-2222-3333-4444-000000000001 sas=sig=none \\
            		conns=$([ $i = $last ] && echo 64 || echo 8) request_ms=200 idle_ms=600000 no_path_s=4294967295 > /dev/null
            done
            others=$(file 0)
            for i in $(seq 1 $((last - 1))); do others=$others:$(file $i); done

            load="fio --name=load --direct=1 --ioengine=libaio --rw=randrw --bs=4k --randrepeat=1 --norandommap --size=2m --time_based --disk_util=0"
            requests() { # milliseconds
            	$load --filename=$others --iodepth=126 --file_service_type=roundrobin --runtime=$1ms --output-format=json |
            		awk '/"total_ios"/ { n += $3 } END { print n }'
            }
            waiting() { dysktool get $last | sed 's/.*inflight=\\([0-9]*\\).*/\\1/'; }

            requests 200 > /dev/null
            for round in $(seq $2); do
            	echo well=$(requests $1)
            	kill -STOP $server
            	$load --filename=$(file $last) --iodepth=128 --runtime=100000 > /dev/null &
            	stuck=$!
            	until [ $(waiting) -ge 120 ]; do sleep 0.1; done
            	echo beside=$(requests $1)
            	echo waiting=$(waiting)
            	kill -CONT $server
            	kill -INT $stuck
            	wait $stuck || true
            done
            dysktool stats $last
            """;

    @Test
    void oneStuckDeviceLeavesSixtyThreeOthersTheirRate(@Machine(acceleration = Acceleration.ICOUNT, cpus = 1) VirtualMachine vm) {
        Effort effort = Effort.asked(Duration.ofSeconds(1));
        for (String program : List.of("dysktool", "pageserver")) {
            vm.put(Tools.program(program), "/usr/bin/" + program);
        }
        vm.put(SCRIPT.getBytes(StandardCharsets.UTF_8), "/root/independence", 0755);

        List<Values> lines = vm.output(Command.of("bash /root/independence " + effort.of(500, 1000) + " " + effort.of(1, 3))
                .within(Duration.ofMinutes(effort.of(5, 20)))).lines().map(Values::parse).toList();

        long well = sum(lines, "well");
        long beside = sum(lines, "beside");
        new Figures("hangs-independence").set("requests of 63 devices", well).set("beside a stuck one", beside)
                .set("share", (double) beside / well)
                .set("time limits of the stuck one", lines.getLast().number("timeouts")).report();
        assertThat(lines.getLast().number("timeouts")).as("requests of the stuck one that ran into their time limit").isPositive();
        assertThat(lines.stream().filter(line -> line.toString().contains("waiting="))).isNotEmpty()
                .allMatch(line -> line.number("waiting") >= 120);
        assertThat((double) beside / well).as("requests beside the stuck device, %s of %s without", beside, well).isGreaterThanOrEqualTo(SHARE);
    }

    private static long sum(List<Values> lines, String name) {
        return lines.stream().filter(line -> line.toString().contains(name + "=")).mapToLong(line -> line.number(name)).sum();
    }
}
