package io.dysk.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a guest's kernel said, and whether it complained: about itself or a driver, not about a device that fails, which
 * tests provoke.
 *
 * @param lines of the console
 */
public record KernelLog(List<String> lines) {

    private static final int CONTEXT = 40;

    /** Each says that the kernel or a module has a fault. */
    private static final Pattern COMPLAINT = Pattern.compile(String.join("|",
            "\\bWARNING\\b",
            "\\bBUG\\b",
            "\\bOops\\b",
            "Kernel panic",
            "general protection fault",
            "soft lockup",
            "hard LOCKUP",
            "blocked for more than",
            "detected stalls?|self-detected stall|expedited stalls",
            "workqueue lockup",
            "KASAN:|UBSAN:|KFENCE:|KCSAN:",
            "possible circular locking|possible recursive locking|possible irq lock inversion|inconsistent lock state",
            "possible unsafe locking|Invalid wait context|non-static key|locking correctness validator|DEBUG_LOCKS_WARN_ON",
            "possible deadlock|lock held when returning|suspicious RCU usage|bad unlock balance|held lock freed",
            "page allocation failure",
            "refcount_t:",
            "scheduling while atomic",
            "sleeping function called from invalid context",
            "list_(add|del) corruption",
            "Bad page state|bad page map",
            "double free|invalid-free|use-after-free",
            "unable to handle (kernel|page)",
            "Objects remaining in",
            "kmemleak: \\d+ new suspected|unreferenced object 0x|kmemleak: .*disabled",
            "ODEBUG:",
            "usercopy: Kernel memory|detected buffer overflow|stack is corrupted|corrupted stack end",
            "invalid opcode:|divide error:|stack segment:|double fault:",
            "RTNL: assertion failed|DMA-API:",
            "enqueued on deprecated workqueue",
            "Out of memory:",
            "module is already loaded|disagrees about version of symbol|Unknown symbol"));

    public KernelLog {
        lines = List.copyOf(lines);
    }

    static KernelLog of(String console) {
        return new KernelLog(List.of(console.split("\r?\n")));
    }

    /** The lines with complaints, but for those in which one of the allowed patterns is found. */
    public List<String> complaints(List<Pattern> allowed) {
        return lines.stream().filter(line -> isComplaint(line, allowed)).toList();
    }

    /**
     * Fails when the kernel complained.
     *
     * @throws AssertionError with the complaints, each with what follows it in the log
     */
    public void check(List<Pattern> allowed) {
        List<String> report = new ArrayList<>();
        int shownTo = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (isComplaint(lines.get(i), allowed)) {
                int end = Math.min(lines.size(), i + CONTEXT);
                report.addAll(lines.subList(Math.max(i, shownTo), end));
                shownTo = end;
            }
        }
        if (!report.isEmpty()) {
            throw new AssertionError("the guest's kernel complained:\n" + String.join("\n", report));
        }
    }

    private static boolean isComplaint(String line, List<Pattern> allowed) {
        return COMPLAINT.matcher(line).find() && allowed.stream().noneMatch(pattern -> pattern.matcher(line).find());
    }
}
