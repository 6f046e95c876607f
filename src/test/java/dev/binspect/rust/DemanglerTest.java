package dev.binspect.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The vectors that rustc-demangle publishes, and what garbage must not do. */
final class DemanglerTest {
  private static void exact(String symbol, String expected) {
    assertThat(Demangler.demangle(symbol, true)).as(symbol).isEqualTo(expected);
  }

  private static void readable(String symbol, String expected) {
    assertThat(Demangler.demangle(symbol, false)).as(symbol).isEqualTo(expected);
  }

  private static void type(String mangled, String expected) {
    readable("_RMC0" + mangled, "<" + expected + ">");
  }

  private static void constant(String mangled, String expected) {
    readable("_RIC0K" + mangled + "E", "::<" + expected + ">");
  }

  private static void none(String symbol) {
    assertThat(Demangler.demangle(symbol)).as(symbol).isNull();
  }

  @Test
  void legacyNamesAreSplitAtTheirLengths() {
    none("test");
    exact("_ZN4testE", "test");
    none("_ZN4test");
    exact("_ZN4test1a2bcE", "test::a::bc");
    none("_ZNfooE");
  }

  @Test
  void legacyEscapesAreReplaced() {
    exact("_ZN4$RP$E", ")");
    exact("_ZN8$RF$testE", "&test");
    exact("_ZN8$BP$test4foobE", "*test::foob");
    exact("_ZN9$u20$test4foobE", " test::foob");
    exact("_ZN35Bar$LT$$u5b$u32$u3b$$u20$4$u5d$$GT$E", "Bar<[u32; 4]>");
    exact("_ZN13test$u20$test4foobE", "test test::foob");
    exact("_ZN12test$BP$test4foobE", "test*test::foob");
    exact("_ZN13_$LT$test$GT$E", "<test>");
    exact("_ZN28_$u7b$$u7b$closure$u7d$$u7d$E", "{{closure}}");
    exact("_ZN15__STATIC_FMTSTRE", "__STATIC_FMTSTR");
    exact(
        "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3barE",
        "<Test + 'static as foo::Bar<Test>>::bar");
    exact(
        "_ZN151_$LT$alloc..boxed..Box$LT$alloc..boxed..FnBox$LT$A$C$$u20$Output$u3d$R$GT$$u20$$u2b$"
            + "$u20$$u27$a$GT$$u20$as$u20$core..ops..function..FnOnce$LT$A$GT$$GT$9call_once"
            + "17h69e8f44b3723e1caE",
        "<alloc::boxed::Box<alloc::boxed::FnBox<A, Output=R> + 'a> as"
            + " core::ops::function::FnOnce<A>>::call_once::h69e8f44b3723e1ca");
    exact(
        "_ZN88_$LT$core..result..Result$LT$$u21$$C$$u20$E$GT$$u20$as$u20$std..process..Termination"
            + "$GT$6report17hfc41d0da4a40b3e8E",
        "<core::result::Result<!, E> as std::process::Termination>::report::hfc41d0da4a40b3e8");
    readable(
        "_ZN11utf8_idents157_$u10e1$$u10d0$$u10ed$$u10db$$u10d4$$u10da$$u10d0$$u10d3$_$u10d2$$u10d4$"
            + "$u10db$$u10e0$$u10d8$$u10d4$$u10da$$u10d8$_$u10e1$$u10d0$$u10d3$$u10d8$$u10da$$u10d8$"
            + "17h21634fd5714000aaE",
        "utf8_idents::საჭმელად_გემრიელი_სადილი");
    readable(
        "_ZN11issue_609253foo37Foo$LT$issue_60925..llv$u6d$..Foo$GT$3foo17h059a991a004536adE",
        "issue_60925::foo::Foo<issue_60925::llvm::Foo>::foo");
  }

  @Test
  void namesOfOtherPlatformsAreUnderstood() {
    exact(
        "__ZN5alloc9allocator6Layout9for_value17h02a996811f781011E",
        "alloc::allocator::Layout::for_value::h02a996811f781011");
    exact(
        "__ZN38_$LT$core..option..Option$LT$T$GT$$GT$6unwrap18_MSG_FILE_LINE_COL17haf7cb8d5824ee659E",
        "<core::option::Option<T>>::unwrap::_MSG_FILE_LINE_COL::haf7cb8d5824ee659");
    exact(
        "__ZN4core5slice89_$LT$impl$u20$core..iter..traits..IntoIterator$u20$for$u20$$RF$$u27$a$u20$"
            + "$u5b$T$u5d$$GT$9into_iter17h450e234d27262170E",
        "core::slice::<impl core::iter::traits::IntoIterator for &'a"
            + " [T]>::into_iter::h450e234d27262170");
    exact("ZN4testE", "test");
    exact("ZN13test$u20$test4foobE", "test test::foob");
    exact("ZN12test$RF$test4foobE", "test&test::foob");
    readable("__RNvC6_123foo3bar", "123foo::bar");
    readable("RNvC6_123foo3bar", "123foo::bar");
  }

  @Test
  void theHashIsShownOnlyWhenAskedFor() {
    exact("_ZN3foo17h05af221e174051e9E", "foo::h05af221e174051e9");
    readable("_ZN3foo17h05af221e174051e9E", "foo");
    readable("_ZN3fooE", "foo");
    readable("_ZN3foo3barE", "foo::bar");
    readable("_ZN3foo20h05af221e174051e9abcE", "foo");
    readable("_ZN3foo5h05afE", "foo");
    readable("_ZN17h05af221e174051e93fooE", "h05af221e174051e9::foo");
    readable("_ZN3foo16ffaf221e174051e9E", "foo::ffaf221e174051e9");
    readable("_ZN3foo17hg5af221e174051e9E", "foo::hg5af221e174051e9");
  }

  @Test
  void whatLlvmAppendsIsCutOrKept() {
    exact("_ZN3fooE.llvm.9D1C9369", "foo");
    exact("_ZN3fooE.llvm.9D1C9369@@16", "foo");
    readable("_ZN9backtrace3foo17hbb467fcdaea5d79bE.llvm.A5310EB9", "backtrace::foo");
    String index =
        "_ZN4core5slice77_$LT$impl$u20$core..ops..index..IndexMut$LT$I$GT$$u20$for$u20$$u5b$T$u5d$$GT$"
            + "9index_mut17haf9727c2edfbc47bE.exit.i.i";
    exact(
        index,
        "core::slice::<impl core::ops::index::IndexMut<I> for"
            + " [T]>::index_mut::haf9727c2edfbc47b.exit.i.i");
    readable(
        index, "core::slice::<impl core::ops::index::IndexMut<I> for [T]>::index_mut.exit.i.i");
    none("_ZN3fooE.llvm moocow");
    readable("_RC3foo.llvm.9D1C9369", "foo");
    readable("_RC3foo.llvm.9D1C9369@@16", "foo");
    readable("_RNvC9backtrace3foo.llvm.A5310EB9", "backtrace::foo");
    readable(
        "_RNvNtNtNtNtCs92dm3009vxr_4rand4rngs7adapter9reseeding4fork23FORK_HANDLER_REGISTERED.0.0",
        "rand::rngs::adapter::reseeding::fork::FORK_HANDLER_REGISTERED.0.0");
  }

  @Test
  void v0PathsArePrintedAsRustWritesThem() {
    readable("_RNvC6_123foo3bar", "123foo::bar");
    exact("_RC4f128", "f128");
    readable("_RC4f128", "f128");
    readable(
        "_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y",
        "utf8_idents::საჭმელად_გემრიელი_სადილი");
    readable("_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_", "cc::spawn::{closure#0}::{closure#0}");
    readable(
        "_RNCINkXs25_NgCsbmNqQUJIY6D_4core5sliceINyB9_4IterhENuNgNoBb_4iter8iterator8Iterator9rposition"
            + "NCNgNpB9_6memchr7memrchrs_0E0Bb_",
        "<core::slice::Iter<u8> as"
            + " core::iter::iterator::Iterator>::rposition::<core::slice::memchr::memrchr::{closure#1}>"
            + "::{closure#0}");
    readable(
        "_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_"
            + "3std",
        "alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>");
  }

  @Test
  void v0DisambiguatorsTellTwoVersionsApart() {
    exact("_RNvCs1234_7mycrate3foo", "mycrate[3c1c0]::foo");
    readable("_RNvCs1234_7mycrate3foo", "mycrate::foo");
  }

  @Test
  void theExampleOfTheRustcBookIsReadAsTheBookReadsIt() {
    exact("_RNvCs15kBYyAo9fc_7mycrate7example", "mycrate[ca63f166dbe9294]::example");
  }

  @Test
  void v0TypesArePrintedAsRustWritesThem() {
    type("INtC8arrayvec8ArrayVechKj7b_E", "arrayvec::ArrayVec<u8, 123>");
    type("WmRm1_m9_", "u32 is 1..=9");
    type("WmORm1_m2_Rm5_m6_E", "u32 is 1..=2 | 5..=6");
    none("_RMC0WmORm1_m2_Rm5_m6_");
    type(
        "TTTTTTpB8_EB7_EB6_EB5_EB4_EB3_E",
        "((((((_, _), (_, _)), ((_, _), (_, _))), (((_, _), (_, _)), ((_, _), (_, _)))), "
            + "((((_, _), (_, _)), ((_, _), (_, _))), (((_, _), (_, _)), ((_, _), (_, _))))), "
            + "(((((_, _), (_, _)), ((_, _), (_, _))), (((_, _), (_, _)), ((_, _), (_, _)))), "
            + "((((_, _), (_, _)), ((_, _), (_, _))), (((_, _), (_, _)), ((_, _), (_, _))))))");
    type("FUKChEu", "unsafe extern \"C\" fn(u8)");
    type("FK15thiscall_unwindEz", "extern \"thiscall-unwind\" fn() -> !");
  }

  @Test
  void v0ConstantsArePrintedAsRustWritesThem() {
    constant("p", "_");
    constant("hb_", "11");
    exact("_RIC0Khb_E", "::<11u8>");
    exact("_RIC0Kj7b_E", "::<123usize>");
    constant("off00ff00ff00ff00ff_", "0xff00ff00ff00ff00ff");
    exact("_RIC0Koff00ff00ff00ff00ff_E", "::<0xff00ff00ff00ff00ffu128>");
    constant("s98_", "152");
    constant("anb_", "-11");
    exact("_RIC0Kanb_E", "::<-11i8>");
    constant("b0_", "false");
    constant("b1_", "true");
    constant("c76_", "'v'");
    constant("c22_", "'\"'");
    constant("ca_", "'\\n'");
    constant("c2202_", "'∂'");
    constant("e616263_", "{*\"abc\"}");
    constant("e27_", "{*\"'\"}");
    constant("e090a_", "{*\"\\t\\n\"}");
    constant("ee28882c3bc_", "{*\"∂ü\"}");
    constant("Re616263_", "\"abc\"");
    constant("Re27_", "\"'\"");
    constant(
        "Ref09f908af09fa688f09fa686f09f90ae20c2a720f09f90b6f09f9192e29895f09f94a520c2a720f09fa7a1f09f92"
            + "9bf09f929af09f9299f09f929c_",
        "\"🐊🦈🦆🐮 § 🐶👒☕🔥 § 🧡💛💚💙💜\"");
    constant("Rp", "{&_}");
    constant("Rh7b_", "{&123}");
    constant("Rb0_", "{&false}");
    constant("Rc58_", "{&'X'}");
    constant("RRRh0_", "{&&&0}");
    constant("RRRe_", "{&&\"\"}");
    constant("QAE", "{&mut []}");
    constant("AE", "{[]}");
    constant("Aj0_E", "{[0]}");
    constant("Ah1_h2_h3_E", "{[1, 2, 3]}");
    constant("ARe61_Re62_Re63_E", "{[\"a\", \"b\", \"c\"]}");
    constant("AAh1_h2_EAh3_h4_EE", "{[[1, 2], [3, 4]]}");
    constant("TE", "{()}");
    constant("Tj0_E", "{(0,)}");
    constant("Th1_b0_E", "{(1, false)}");
    constant("TRe616263_c78_RAh1_h2_h3_EE", "{(\"abc\", 'x', &[1, 2, 3])}");
    constant("VNvINtNtC4core6option6OptionjE4NoneU", "{core::option::Option::<usize>::None}");
    constant(
        "VNvINtNtC4core6option6OptionjE4SomeTj0_E", "{core::option::Option::<usize>::Some(0)}");
    constant(
        "VNtC3foo3BarS1sRe616263_2chc78_5sliceRAh1_h2_h3_EE",
        "{foo::Bar { s: \"abc\", ch: 'x', slice: &[1, 2, 3] }}");
  }

  @Test
  void depthAndLengthAreLimited() {
    assertThat(Demangler.demangle("_RNvB_1a")).contains("{recursion limit reached}");
    assertThat(Demangler.demangle("_RMC0RB2_")).contains("{recursion limit reached}");
    assertThat(Demangler.demangle("RYFG_FGyyEvRYFF_EvRYFFEvERLB_B_B_ERLRjB_B_B_"))
        .endsWith("{size limit reached}")
        .hasSizeLessThan(Demangler.MAX_OUTPUT + 100);
    assertThat(Demangler.demangle("_RMC0FGZZZ_Eu")).endsWith("{size limit reached}");
    assertThat(Demangler.demangle("_RMC0" + "R".repeat(100_000) + "u")).isNull();
    String hidden = "_RIC100000" + "R".repeat(100_000);
    assertThat(Demangler.demangle(hidden + "B7_E")).contains("{recursion limit reached}");
  }

  @Test
  void manyShallowPartsDoNotReachTheDepthLimit() {
    for (String[] leaf : new String[][] {{"p", "_"}, {"Rp", "&_"}, {"C1x", "x"}}) {
      readable("_RIC0p" + leaf[0].repeat(1000) + "E", "::<_" + (", " + leaf[1]).repeat(1000) + ">");
    }
  }

  @Test
  void garbageGivesAnAnswerOrNone() {
    for (String symbol :
        new String[] {
          "",
          "_",
          "_R",
          "_ZN",
          "_ZNE",
          "_ZN2222222222222222222222EE",
          "_ZN5*70527e27.ll34csaғE",
          "_ZN5*70527a54.ll34_$b.1E",
          "_ZN5~saäb4e\n2734cOsbE\n5usage20h)3\0\0\0\0\0\0\0007e2734cOsbE",
          "_RC99999999999999999999x",
          "_RIC0Kc110000_E",
          "_RIC0Kb2_E",
          "_RNvCsZZZZZZZZZZZZZZZZ_1a1b",
          "_RNvC1au_1b"
        }) {
      String answer = Demangler.demangle(symbol);
      assertThat(answer == null || answer.length() <= Demangler.MAX_OUTPUT + 100).isTrue();
    }
  }

  @Test
  void randomLettersOfTheGrammarAlwaysEnd() {
    Random random = new Random(20260101);
    String letters = "CNMXYIBRQPOASTFDWLKEUGsupe_0123abhvtnVczZ";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder symbol = new StringBuilder("_R");
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        symbol.append(letters.charAt(random.nextInt(letters.length())));
      }
      String text = symbol.toString();
      String answer = Demangler.demangle(text);
      assertThat(answer == null || answer.length() <= Demangler.MAX_OUTPUT + 200).as(text).isTrue();
      byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      RustSymbols.crate(bytes, 0, bytes.length);
      V0Symbols.instantiatingCrate(bytes, 0, bytes.length);
      V0Symbols.disambiguator(bytes, 0, bytes.length);
    }
  }
}
