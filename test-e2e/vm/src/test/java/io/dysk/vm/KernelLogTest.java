package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelLogTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "WARNING: CPU: 1 PID: 77 at block/blk-mq.c:1061 blk_mq_end_request+0x1/0x10",
        "WARNING: possible circular locking dependency detected",
        "BUG: kernel NULL pointer dereference, address: 0000000000000008",
        "BUG: unable to handle page fault for address: ffff8880",
        "kernel BUG at mm/slub.c:4048!",
        "BUG: scheduling while atomic: fio/311/0x00000002",
        "BUG: sleeping function called from invalid context at mm/slab.h:94",
        "Oops: 0002 [#1] PREEMPT SMP NOPTI",
        "general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1]",
        "Kernel panic - not syncing: Fatal exception",
        "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [kworker/0:1H:99]",
        "NMI watchdog: Watchdog detected hard LOCKUP on cpu 1",
        "INFO: task umount:412 blocked for more than 120 seconds.",
        "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
        "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!",
        "BUG: KASAN: slab-use-after-free in conn_work+0x12/0x90 [dysk]",
        "UBSAN: array-index-out-of-bounds in drivers/block/x.c:12:3",
        "INFO: possible recursive locking detected",
        "WARNING: possible circular locking dependency detected",
        "WARNING: inconsistent lock state",
        "WARNING: possible irq lock inversion dependency detected",
        "WARNING: suspicious RCU usage",
        "[ BUG: Invalid wait context ]",
        "INFO: trying to register non-static key.",
        "turning off the locking correctness validator.",
        "DEBUG_LOCKS_WARN_ON(1)",
        "ODEBUG: free active (active state 0) object: 000000 object type: work_struct hint: dysk_conn_work+0x0/0x10",
        "unreferenced object 0xffff888004b9c000 (size 1024):",
        "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
        "kmemleak: Kernel memory leak detector disabled",
        "usercopy: Kernel memory exposure attempt detected from SLUB object 'kmalloc-96' (offset 0, size 200)!",
        "INFO: task kworker/u8:1:33 blocked for more than 120 seconds.",
        "UBSAN: shift-out-of-bounds in dispatch.c:77:12",
        "fio: page allocation failure: order:0, mode:0x800(GFP_NOWAIT)",
        "refcount_t: underflow; use-after-free.",
        "list_del corruption. prev->next should be ffff",
        "BUG dysk_request (Tainted: G           OE     ): Objects remaining in dysk_request on __kmem_cache_shutdown()",
        "Out of memory: Killed process 88 (java) total-vm:1kB",
        "workqueue: work func dysk_device_event_work [dysk] enqueued on deprecated workqueue. Use system_{percpu|dfl}_wq instead.",
        "dysk: Unknown symbol tls_get_record_type (err -2)",
    })
    void aFaultOfTheKernelIsAComplaint(String line) {
        KernelLog log = KernelLog.of("[    1.000000] fine\n[    4.200000] " + line + "\r\n[    4.3] more");

        assertThat(log.complaints(List.of())).containsExactly("[    4.200000] " + line);
        assertThatThrownBy(() -> log.check(List.of())).isInstanceOf(AssertionError.class).hasMessageContaining(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "blk_update_request: I/O error, dev dysk0, sector 0 op 0x1:(WRITE) flags 0x800 phys_seg 1 prio class 2",
        "Buffer I/O error on dev dysk0, logical block 0, lost async page write",
        "EXT4-fs error (device dysk0): ext4_journal_check_start:83: comm fio: Detected aborted journal",
        "dysk: module verification failed: signature and/or required key missing - tainting kernel",
        "debug: loaded",
        "kmemleak: Kernel memory leak detector initialized (mem pool available: 61417)",
        "FAULT_INJECTION: forcing a failure.",
    })
    void aFailingDeviceIsNot(String line) {
        assertThat(KernelLog.of(line).complaints(List.of())).isEmpty();
    }

    @Test
    void anAllowedComplaintHidesNoOther() {
        KernelLog log = KernelLog.of("WARNING: expected\nBUG: not expected");

        assertThat(log.complaints(List.of(Pattern.compile("WARNING: exp")))).containsExactly("BUG: not expected");
        assertThatCode(() -> log.check(List.of(Pattern.compile("expected")))).doesNotThrowAnyException();
    }

    @Test
    void theReportHasWhatFollowsTheComplaint() {
        KernelLog log = KernelLog.of("before\nBUG: x\nCall Trace:\n dysk_detach+0x1/0x2");

        assertThatThrownBy(() -> log.check(List.of())).hasMessageContaining("dysk_detach+0x1")
                .message().doesNotContain("before");
    }
}
