package io.dysk.vm;

import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests their machines; {@link KernelTest} says how. */
final class VirtualMachines implements ParameterResolver, AfterTestExecutionCallback, AfterAllCallback {

    private static final Namespace NAMESPACE = Namespace.create(VirtualMachines.class);
    private static final long DISK_BYTES = 64L << 20;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == VirtualMachine.class;
    }

    @Override
    public VirtualMachine resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Executable executable = parameter.getDeclaringExecutable();
        // The first parameter boots the machines of all.
        Booted booted = context.getStore(NAMESPACE)
                .computeIfAbsent(executable, key -> Booted.forParameters(executable, context), Booted.class);
        return booted.machines.get(parameter.getIndex()).join();
    }

    /** Here rather than when the machines close, so that a complaint fails this very test. */
    @Override
    public void afterTestExecution(ExtensionContext context) {
        for (ExtensionContext scope = context; scope != null; scope = scope.getParent().orElse(null)) {
            for (Executable executable : executables(context)) {
                Booted booted = scope.getStore(NAMESPACE).get(executable, Booted.class);
                if (booted != null) {
                    booted.each(VirtualMachine::checkKernelLog);
                    if (executable == context.getRequiredTestMethod()) {
                        booted.each(VirtualMachine::checkForLeaks);
                    }
                    return;
                }
            }
        }
    }

    /** Machines that the tests of a class shared are looked at once more: it takes long. */
    @Override
    public void afterAll(ExtensionContext context) {
        for (Executable executable : context.getRequiredTestClass().getDeclaredConstructors()) {
            Booted booted = context.getStore(NAMESPACE).get(executable, Booted.class);
            if (booted != null) {
                booted.each(VirtualMachine::checkForLeaks);
                booted.each(VirtualMachine::checkKernelLog);
            }
        }
    }

    private static List<Executable> executables(ExtensionContext context) {
        List<Executable> executables = new ArrayList<>(List.of(context.getRequiredTestMethod()));
        executables.addAll(List.of(context.getRequiredTestClass().getDeclaredConstructors()));
        return executables;
    }

    /** The machines of one method or constructor, booting or booted, by index of the parameter; closed by JUnit. */
    private record Booted(List<CompletableFuture<VirtualMachine>> machines) implements AutoCloseable {

        static Booted forParameters(Executable executable, ExtensionContext context) {
            List<CompletableFuture<VirtualMachine>> machines = new ArrayList<>();
            for (Parameter parameter : executable.getParameters()) {
                if (parameter.getType() == VirtualMachine.class) {
                    VmSpec spec = spec(parameter, machines.size(), executable, context);
                    machines.add(CompletableFuture.supplyAsync(() -> VirtualMachine.boot(spec),
                            task -> Thread.ofVirtual().start(task)));
                } else {
                    machines.add(null);
                }
            }
            return new Booted(machines);
        }

        /** For those that booted. */
        void each(Consumer<VirtualMachine> check) {
            for (CompletableFuture<VirtualMachine> machine : machines) {
                if (machine != null && !machine.isCompletedExceptionally()) {
                    check.accept(machine.join());
                }
            }
        }

        @Override
        public void close() {
            for (CompletableFuture<VirtualMachine> machine : machines) {
                if (machine != null) {
                    try {
                        machine.join().close();
                    } catch (CompletionException e) {
                        // It did not boot: the test has been told.
                    }
                }
            }
        }
    }

    private static VmSpec spec(Parameter parameter, int index, Executable executable, ExtensionContext context) {
        String test = context.getRequiredTestClass().getSimpleName()
                + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
        String name = executable.getParameterCount() == 1 ? test : test + "." + index;
        VmSpec spec = VmSpec.of(name);
        Machine machine = parameter.getAnnotation(Machine.class);
        boolean dysk = true;
        if (machine != null) {
            spec = machine.kernel().isEmpty() ? spec : spec.withKernel(machine.kernel());
            spec = spec.withMemoryMiB(machine.memoryMiB()).withCpus(machine.cpus())
                    .withAcceleration(machine.acceleration());
            for (String argument : machine.kernelArguments()) {
                spec = spec.withKernelArgument(argument);
            }
            for (String disk : machine.disks()) {
                spec = spec.withDisk(Disk.empty(disk, DISK_BYTES));
            }
            dysk = machine.dysk();
        }
        boolean built = Files.exists(Workspace.module(spec.kernel()).resolve("dysk.ko"));
        VmSpec plain = dysk && built ? spec.withDysk() : spec;
        return machine == null ? plain : more(machine.with()).apply(plain);
    }

    private static UnaryOperator<VmSpec> more(Class<? extends UnaryOperator<VmSpec>> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " can't be used for a machine: it needs a constructor without arguments", e);
        }
    }
}
