package io.dysk.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What other modules can see of this one. */
final class PublicFaceTest {
    private static List<Class<?>> publicTypes() throws Exception {
        Path classes = Path.of(PageBlobStore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class") && !f.endsWith("package-info.class")).toList()) {
                String name = classes.relativize(file).toString().replace(".class", "").replace('/', '.');
                Class<?> type = Class.forName(name);
                if (Modifier.isPublic(type.getModifiers())) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    @Test
    void noTypeOfTheSdkIsSeen() throws Exception {
        List<String> seen = new ArrayList<>();
        for (Class<?> type : publicTypes()) {
            List<Executable> members = new ArrayList<>(List.of(type.getDeclaredMethods()));
            members.addAll(List.of(type.getDeclaredConstructors()));
            for (Executable member : members) {
                boolean visible = (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !member.isSynthetic();
                String text = member.toGenericString() + (member instanceof Method m ? m.getGenericReturnType() : "");
                if (visible && text.matches(".*(com\\.azure|com\\.microsoft|reactor)\\..*")) {
                    seen.add(text);
                }
            }
        }
        assertThat(publicTypes()).contains(PageBlobStore.class, BlobException.class);
        assertThat(seen).isEmpty();
    }

    @Test
    void everyKindOfFailureIsFinalAndNamed() {
        assertThat(BlobException.class.getPermittedSubclasses())
                .allSatisfy(kind -> assertThat(Modifier.isFinal(kind.getModifiers())).isTrue())
                .hasSizeGreaterThan(10);
    }
}
