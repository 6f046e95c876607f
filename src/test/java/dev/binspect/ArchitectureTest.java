package dev.binspect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.binspect");

  @Test
  void roomsKnowOnlyTheRoomsBeforeThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("bytes")
        .definedBy("dev.binspect.bytes..")
        .layer("image")
        .definedBy("dev.binspect.image..")
        .layer("elf")
        .definedBy("dev.binspect.elf..")
        .layer("macho")
        .definedBy("dev.binspect.macho..")
        .layer("pe")
        .definedBy("dev.binspect.pe..")
        .layer("files")
        .definedBy("dev.binspect.files..")
        .layer("load")
        .definedBy("dev.binspect.load..")
        .layer("rust")
        .definedBy("dev.binspect.rust..")
        .layer("linkage")
        .definedBy("dev.binspect.linkage..")
        .layer("start")
        .definedBy("dev.binspect.start..")
        .layer("tradeoff")
        .definedBy("dev.binspect.tradeoff..")
        .layer("check")
        .definedBy("dev.binspect.check..")
        .layer("report")
        .definedBy("dev.binspect.report..")
        .layer("cli")
        .definedBy("dev.binspect.cli..")
        .whereLayer("bytes")
        .mayNotAccessAnyLayer()
        .whereLayer("image")
        .mayOnlyAccessLayers("bytes")
        .whereLayer("elf")
        .mayOnlyAccessLayers("bytes", "image")
        .whereLayer("macho")
        .mayOnlyAccessLayers("bytes", "image")
        .whereLayer("pe")
        .mayOnlyAccessLayers("bytes", "image")
        .whereLayer("load")
        .mayOnlyAccessLayers("bytes", "image")
        .whereLayer("files")
        .mayOnlyAccessLayers("bytes", "image", "elf", "macho", "pe")
        .whereLayer("rust")
        .mayOnlyAccessLayers("bytes", "image")
        .whereLayer("linkage")
        .mayOnlyAccessLayers("bytes", "image", "load", "rust")
        .whereLayer("start")
        .mayOnlyAccessLayers("bytes", "image", "load")
        .whereLayer("tradeoff")
        .mayOnlyAccessLayers("bytes", "image", "load", "rust", "linkage", "start")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void familiesOfLoadersDoNotKnowEachOther() {
    SlicesRuleDefinition.slices()
        .matching("dev.binspect.load.(*)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void nativeCallsStandInTheRoomsOfTheSystem() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.binspect.start.linux..", "dev.binspect.files.linux..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(CLASSES);
  }

  @Test
  void jelfIsAskedInOneClass() {
    noClasses()
        .that()
        .doNotHaveSimpleName("JelfSeam")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("net.fornwall..")
        .check(CLASSES);
  }

  @Test
  void picocliIsKnownToTheCommandLineOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.binspect..")
        .and()
        .resideOutsideOfPackage("dev.binspect.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void nothingThatBelongsNowhereHasARoom() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleName("Common")
        .check(CLASSES);
  }
}
