package io.dysk.ctl;

import io.dysk.blob.LeaseHolder;
import io.dysk.blob.PageBlobProperties;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a blob that is not attached is shown. */
final class BlobView {

    private BlobView() {}

    /** For programs. Names and units of fields never change. */
    static Map<String, Object> json(String account, PageBlobProperties blob) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("account", account);
        json.put("container", blob.address().container());
        json.put("blob", blob.address().blob());
        json.put("snapshot", blob.snapshot());
        json.put("dataBytes", blob.dataBytes());
        json.put("blobBytes", blob.blobBytes());
        json.put("format", DeviceView.lower(blob.format()));
        json.put("lease", DeviceView.lower(blob.lease()));
        json.put("holder", holder(blob));
        json.put("createdAt", blob.createdAt());
        json.put("modifiedAt", blob.modifiedAt());
        return json;
    }

    /** {@code free}, or who has it. */
    static String state(PageBlobProperties blob) {
        if (!blob.lease().locksWrites()) {
            return "free";
        }
        String holder = holder(blob);
        return "leased" + (holder == null ? "" : " by " + holder);
    }

    private static String holder(PageBlobProperties blob) {
        return blob.lease().locksWrites()
                ? blob.recordedHolder().map(LeaseHolder::name).orElse(null)
                : null;
    }
}
