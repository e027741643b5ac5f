package io.diptych;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Every component of a public record is documented: doclint of JDK 17 does not look at them. */
final class RecordDocumentationTest {
  @Test
  void everyComponentOfAPublicRecordIsDocumented() throws IOException {
    assertThat(undocumented(sources(Path.of("src", "main", "java")))).isEmpty();
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static List<String> undocumented(List<Path> sources) throws IOException {
    List<String> found = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Records(docs, found).scan(unit, null);
      }
    }
    return found;
  }

  /** Collects the undocumented components of the public records of one source file. */
  private static final class Records extends TreePathScanner<Void, Void> {
    private final DocTrees docs;
    private final List<String> found;

    Records(DocTrees docs, List<String> found) {
      this.docs = docs;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      Tree owner = getCurrentPath().getParentPath().getLeaf();
      boolean isShown =
          type.getModifiers().getFlags().contains(Modifier.PUBLIC)
              || owner.getKind() == Tree.Kind.INTERFACE;
      if (!isShown) {
        return null; // nor is anything inside it
      }
      if (type.getKind() == Tree.Kind.RECORD) {
        checkRecord(type);
      }
      return super.visitClass(type, unused);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      return null; // local records are nobody else's
    }

    private void checkRecord(ClassTree type) {
      Set<String> documented = new TreeSet<>();
      DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
      if (comment != null) {
        for (DocTree tag : comment.getBlockTags()) {
          if (tag instanceof ParamTree param && !param.getDescription().isEmpty()) {
            documented.add(param.getName().getName().toString());
          }
        }
      }
      for (Tree member : type.getMembers()) {
        if (member instanceof VariableTree component
            && !component.getModifiers().getFlags().contains(Modifier.STATIC)
            && !documented.contains(component.getName().toString())) {
          found.add(
              getCurrentPath().getCompilationUnit().getSourceFile().getName()
                  + ": no @param for "
                  + type.getSimpleName()
                  + "."
                  + component.getName());
        }
      }
    }
  }
}
