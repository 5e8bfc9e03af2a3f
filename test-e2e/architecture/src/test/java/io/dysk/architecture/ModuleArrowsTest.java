package io.dysk.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which module may know which other. A new arrow is a decision: it is made here first. */
class ModuleArrowsTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.dysk");

    static Stream<Arguments> modules() {
        return Stream.of(
                Arguments.of("kernel", new String[] {}),
                Arguments.of("blob", new String[] {}),
                Arguments.of("ctl", new String[] {"kernel", "blob"}),
                Arguments.of("csi", new String[] {}),
                Arguments.of("access", new String[] {"csi"}),
                Arguments.of("rpc", new String[] {"csi", "access"}),
                Arguments.of("controller", new String[] {"rpc", "csi", "access", "blob"}),
                Arguments.of("node", new String[] {"rpc", "csi", "access", "kernel"}),
                Arguments.of("blobserver", new String[] {}),
                Arguments.of("vm", new String[] {}));
    }

    @ParameterizedTest(name = "io.dysk.{0} knows {1}")
    @MethodSource("modules")
    void aModuleKnowsOnlyTheseOthers(String module, String[] known) {
        String[] allowed = Stream.concat(Stream.of(module), Arrays.stream(known))
                .map(name -> "io.dysk." + name + "..")
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> others = resideInAnyPackage("io.dysk..")
                .and(DescribedPredicate.not(resideInAnyPackage(allowed)))
                .as("other modules");

        noClasses().that().resideInAPackage("io.dysk." + module + "..")
                .should().dependOnClassesThat(others)
                .check(CLASSES);
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(CLASSES.stream().map(type -> type.getPackageName().split("\\.")[2]).distinct())
                .containsExactlyInAnyOrder(
                        "kernel", "blob", "ctl", "csi", "access", "rpc", "controller", "node", "blobserver", "vm");
    }

    @Test
    void onlyPageBlobAccessKnowsTheAzureSdk() {
        noClasses().that().resideOutsideOfPackage("io.dysk.blob..")
                .should().dependOnClassesThat().resideInAPackage("com.azure..")
                .check(CLASSES);
    }

    @Test
    void onlyTheBindingKnowsJnr() {
        noClasses().that().resideOutsideOfPackage("io.dysk.kernel..")
                .should().dependOnClassesThat().resideInAPackage("jnr..")
                .check(CLASSES);
    }

    @Test
    void onlyTheCsiProgramsKnowGrpc() {
        noClasses().that().resideOutsideOfPackages(
                        "io.dysk.csi..", "io.dysk.access..", "io.dysk.rpc..", "io.dysk.controller..", "io.dysk.node..")
                .should().dependOnClassesThat().resideInAnyPackage("io.grpc..", "com.google.protobuf..")
                .check(CLASSES);
    }

    @Test
    void onlyTracingKnowsOpenTelemetry() {
        noClasses().that().resideOutsideOfPackage("io.dysk.rpc.trace..")
                .should().dependOnClassesThat().resideInAPackage("io.opentelemetry..")
                .check(CLASSES);
    }

    @Test
    void arrowsFormNoCircle() {
        slices().matching("io.dysk.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
