package io.diptych;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Keeps the order of the packages: one knows only those it may know, and only the lowest of them
 * see the native binding. A package that does not exist yet breaks no rule.
 */
final class ArchitectureTest {
  private static final String ROOT = "io.diptych";
  private static final String BINDING = "org.bytedeco..";

  /** Each package, in order, and the packages it may know. */
  private static final Map<String, Set<String>> MAY_KNOW = mayKnow();

  private static JavaClasses production;

  private static Map<String, Set<String>> mayKnow() {
    Map<String, Set<String>> table = new LinkedHashMap<>();
    table.put("option", Set.of());
    table.put("pickle", Set.of());
    table.put("tensor", Set.of());
    table.put("nn", Set.of("tensor"));
    table.put("backbone", Set.of("nn", "tensor"));
    table.put("objective", Set.of("tensor"));
    table.put("view", Set.of("tensor"));
    table.put("data", Set.of("tensor", "pickle"));
    table.put("optim", Set.of("nn", "tensor"));
    table.put("method", Set.of("backbone", "objective", "view", "optim", "nn", "tensor"));
    table.put("distributed", Set.of("tensor"));
    table.put("weights", Set.of("nn", "backbone", "tensor", "pickle"));
    for (String knowsAllAbove : List.of("train", "evaluate", "detect", "recipe")) {
      table.put(knowsAllAbove, Set.copyOf(table.keySet()));
    }
    Set<String> report = new TreeSet<>(table.get("train"));
    report.addAll(Set.of("train", "evaluate"));
    table.put("report", report);
    table.replaceAll((name, known) -> name.equals("option") ? known : with(known, "option"));
    return Collections.unmodifiableMap(table);
  }

  private static Set<String> with(Set<String> names, String name) {
    Set<String> more = new TreeSet<>(names);
    more.add(name);
    return more;
  }

  @BeforeAll
  static void read() {
    // The rules look at names only; reading the binding's classes would take a quarter of a minute.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    production =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
  }

  @Test
  void everyClassHasItsPackageInTheTable() {
    String[] known =
        Stream.concat(Stream.of(ROOT), MAY_KNOW.keySet().stream().map(ArchitectureTest::within))
            .toArray(String[]::new);
    check(classes().should().resideInAnyPackage(known));
  }

  @TestFactory
  Stream<DynamicTest> packageKnowsOnlyThoseItMayKnow() {
    return MAY_KNOW.entrySet().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.getKey(), () -> checkDirection(row.getKey(), row.getValue())));
  }

  private static void checkDirection(String name, Set<String> mayKnow) {
    String[] hidden =
        MAY_KNOW.keySet().stream()
            .filter(other -> !other.equals(name) && !mayKnow.contains(other))
            .map(ArchitectureTest::within)
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(within(name))
            .should(dependOnClassesThat(resideInAnyPackage(hidden)))
            .as(name + " may know only " + new TreeSet<>(mayKnow)));
  }

  @Test
  void packagesAreFreeOfCycles() {
    check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
  }

  @Test
  void theRootPackageKnowsNoOther() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should(dependOnClassesThat(resideInAPackage(ROOT + ".*.."))));
  }

  @Test
  void onlyTheLowestPackagesSeeTheBinding() {
    check(
        noClasses()
            .that(
                resideOutsideOfPackages(
                    within("tensor"), within("data.decode"), within("distributed.c10d")))
            .should(dependOnClassesThat(resideInAPackage(BINDING))));
  }

  @Test
  void theApiNeverShowsTheBinding() throws IOException {
    Set<String> exported = exportedPackages();
    DescribedPredicate<JavaClass> isApi =
        DescribedPredicate.describe(
            "are public in an exported package",
            type -> exported.contains(type.getPackageName()) && isVisible(type));
    check(classes().that(isApi).should(hideTheBinding()));
  }

  @Test
  void everyExportedPackageIsInTheTable() throws IOException {
    for (String name : exportedPackages()) {
      assertThat(name).startsWith(ROOT);
      if (!name.equals(ROOT)) {
        String top = name.substring(ROOT.length() + 1).split("\\.", 2)[0];
        assertThat(MAY_KNOW).as("exported package %s", name).containsKey(top);
      }
    }
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(production);
  }

  private static String within(String name) {
    return ROOT + "." + name + "..";
  }

  /** The packages that the module exports to everyone. */
  private static Set<String> exportedPackages() throws IOException {
    ClassLoader loader = ArchitectureTest.class.getClassLoader();
    for (URL url : Collections.list(loader.getResources("module-info.class"))) {
      try (InputStream in = url.openStream()) {
        ModuleDescriptor module = ModuleDescriptor.read(in);
        if (module.name().equals(ROOT)) {
          return module.exports().stream()
              .filter(export -> !export.isQualified())
              .map(ModuleDescriptor.Exports::source)
              .collect(Collectors.toCollection(TreeSet::new));
        }
      }
    }
    throw new AssertionError("no module-info.class of " + ROOT + " on the class path");
  }

  private static boolean isVisible(JavaClass type) {
    return (isShown(type.getModifiers()) || isMemberOfInterface(type))
        && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
  }

  private static boolean isMemberOfInterface(JavaClass type) {
    return type.getEnclosingClass().map(JavaClass::isInterface).orElse(false);
  }

  private static boolean isShown(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static ArchCondition<JavaClass> hideTheBinding() {
    DescribedPredicate<JavaClass> isBinding = resideInAPackage(BINDING);
    return new ArchCondition<>("show no type of " + BINDING) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        report(type.getName(), supertypes(type), events);
        report(type.getName(), bounds(type.getTypeParameters()), events);
        for (JavaField field : type.getFields()) {
          if (isShown(field.getModifiers())) {
            report(field.getFullName(), List.of(field.getType()), events);
          }
        }
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isShown(unit.getModifiers())) {
            List<JavaType> types = new ArrayList<>(unit.getParameterTypes());
            types.add(unit.getReturnType());
            types.addAll(unit.getExceptionTypes());
            types.addAll(bounds(unit.getTypeParameters()));
            report(unit.getFullName(), types, events);
          }
        }
      }

      private void report(String where, List<? extends JavaType> types, ConditionEvents events) {
        types.stream()
            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
            .filter(isBinding)
            .distinct()
            .forEach(
                shown ->
                    events.add(
                        SimpleConditionEvent.violated(where, where + " shows " + shown.getName())));
      }
    };
  }

  private static List<JavaType> supertypes(JavaClass type) {
    List<JavaType> types = new ArrayList<>(type.getInterfaces());
    type.getSuperclass().ifPresent(types::add);
    return types;
  }

  private static List<JavaType> bounds(List<? extends JavaTypeVariable<?>> variables) {
    return variables.stream()
        .flatMap(variable -> variable.getBounds().stream())
        .collect(Collectors.toList());
  }
}
