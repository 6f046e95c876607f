import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

public class Crash_6f2415073f34f07aba3df74d4c6c7bf4c9c76549 {
    static final String base64Bytes = String.join("", "FApbZmlsZXMjAAAAQHNvLGR5bGlifSJdCmZvcmJpZC10ZVBQUFBQUFBQUFBhcFBQUFBQUFB4c1B0KD0gZmFsc2UK");

    public static void main(String[] args) throws Throwable {
        Crash_6f2415073f34f07aba3df74d4c6c7bf4c9c76549.class.getClassLoader().setDefaultAssertionStatus(true);
        try {
            Method fuzzerInitialize = dev.binspect.check.PolicyTarget.class.getMethod("fuzzerInitialize");
            fuzzerInitialize.invoke(null);
        } catch (NoSuchMethodException ignored) {
            try {
                Method fuzzerInitialize = dev.binspect.check.PolicyTarget.class.getMethod("fuzzerInitialize", String[].class);
                fuzzerInitialize.invoke(null, (Object) args);
            } catch (NoSuchMethodException ignored1) {
            } catch (IllegalAccessException | InvocationTargetException e) {
                e.printStackTrace();
                System.exit(1);
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            e.printStackTrace();
            System.exit(1);
        }
        byte[] input = java.util.Base64.getDecoder().decode(base64Bytes);
        dev.binspect.check.PolicyTarget.fuzzerTestOneInput(input);
    }
}